<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
{% macro symbol_layer(class, options, expression=None) %}
        <layer class="{{ class }}" enabled="1" pass="0" locked="0">
          <Option type="Map">
{% for name, value in options.items() %}
            <Option name="{{ name }}" type="QString" value="{{ value }}"/>
{% endfor %}
          </Option>
{% if expression %}
          <data_defined_properties>
            <Option type="Map">
              <Option name="name" type="QString" value=""/>
              <Option name="properties" type="Map">
                <Option name="outlineWidth" type="Map">
                  <Option name="active" type="bool" value="true"/>
                  <Option name="expression" type="QString" value="{{ expression }}"/>
                  <Option name="type" type="int" value="3"/>
                </Option>
              </Option>
              <Option name="type" type="QString" value="collection"/>
            </Option>
          </data_defined_properties>
{% endif %}
        </layer>
{% endmacro %}
<qgis version="3.22.0" styleCategories="Symbology|Fields|Forms|AttributeTable|MapTips">
  <renderer-v2 type="categorizedSymbol" attr="{{ attribute }}" forceraster="0" symbollevels="0" enableorderby="0" referencescale="-1">
    <categories>
{% for category in categories %}
      <category symbol="{{ loop.index0 }}" value="{{ category.value }}" type="string" label="{{ category.label }}" render="true"/>
{% endfor %}
    </categories>
    <symbols>
{% for category in categories %}
      <symbol type="fill" name="{{ loop.index0 }}" alpha="1" force_rhr="0" clip_to_extent="1">
{{ symbol_layer("SimpleFill", {"color": category.fill, "style": "solid", "outline_style": "no"}) }}
{% for line in category.lines %}
{{ symbol_layer("SimpleLine", {
  "line_color": line.colour, "line_width": line.width, "line_width_unit": "MM", "line_style": "dash" if line.dashed else "solid",
  "joinstyle": "miter", "capstyle": "flat"}, line.expression) }}
{% endfor %}
      </symbol>
{% endfor %}
    </symbols>
  </renderer-v2>
  <blendMode>0</blendMode>
  <featureBlendMode>0</featureBlendMode>
  <layerOpacity>1</layerOpacity>
  <fieldConfiguration>
{% for field in fields %}
    <field name="{{ field.name }}" configurationFlags="None">
{% if field.hidden %}
      <editWidget type="Hidden"><config><Option/></config></editWidget>
{% elif field.choices %}
      <editWidget type="ValueMap">
        <config>
          <Option type="Map">
            <Option name="map" type="List">
{% for label, value in field.choices %}
              <Option type="Map"><Option name="{{ label }}" type="QString" value="{{ value }}"/></Option>
{% endfor %}
            </Option>
          </Option>
        </config>
      </editWidget>
{% elif field.decimals is not none %}
      <editWidget type="Range">
        <config>
          <Option type="Map">
            <Option name="AllowNull" type="bool" value="true"/>
            <Option name="Precision" type="int" value="{{ field.decimals }}"/>
            <Option name="Style" type="QString" value="SpinBox"/>
          </Option>
        </config>
      </editWidget>
{% else %}
      <editWidget type="TextEdit"><config><Option/></config></editWidget>
{% endif %}
    </field>
{% endfor %}
  </fieldConfiguration>
  <aliases>
{% for field in fields %}
    <alias field="{{ field.name }}" index="{{ loop.index0 }}" name="{{ field.alias }}"/>
{% endfor %}
  </aliases>
  <defaults>
{% for name, expression in computed.items() %}
    <default field="{{ name }}" expression="{{ expression }}" applyOnUpdate="1"/>
{% endfor %}
  </defaults>
  <attributetableconfig actionWidgetStyle="dropDown" sortExpression="" sortOrder="0">
    <columns>
{% for field in fields %}
      <column type="field" name="{{ field.name }}" hidden="{{ field.hidden | int }}" width="-1"/>
{% endfor %}
      <column type="actions" hidden="1" width="-1"/>
    </columns>
  </attributetableconfig>
  <editorlayout>tablayout</editorlayout>
  <attributeEditorForm>
{% for group in form %}
    <attributeEditorContainer name="{{ group.title }}" type="GroupBox" groupBox="1" collapsed="{{ group.collapsed | int }}" collapsedExpressionEnabled="0" collapsedExpression="" visibilityExpressionEnabled="0" visibilityExpression="" showLabel="1" columnCount="1">
{% for field in group.fields %}
      <attributeEditorField name="{{ field.name }}" index="-1" showLabel="1"/>
{% endfor %}
    </attributeEditorContainer>
{% endfor %}
  </attributeEditorForm>
  <editable>
{% for field in fields %}
    <field name="{{ field.name }}" editable="{{ field.editable | int }}"/>
{% endfor %}
  </editable>
  <previewExpression>{{ display_name }}</previewExpression>
  <mapTip enabled="1">{{ map_tip }}</mapTip>
  <layerGeometryType>2</layerGeometryType>
</qgis>
