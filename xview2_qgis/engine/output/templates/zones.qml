<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology|Labeling|Fields|MapTips" labelsEnabled="1">
  <renderer-v2 type="RuleRenderer" forceraster="0" symbollevels="0" enableorderby="0" referencescale="-1">
    <rules key="zones">
{% for rule in rules %}
      <rule key="zones-{{ loop.index0 }}" symbol="{{ loop.index0 }}" filter="{{ rule.filter }}" label="{{ rule.label }}"/>
{% endfor %}
    </rules>
    <symbols>
{% for rule in rules %}
      <symbol type="fill" name="{{ loop.index0 }}" alpha="1" force_rhr="0" clip_to_extent="1">
{% if rule.fill %}
        <layer class="SimpleFill" enabled="1" pass="0" locked="0">
          <Option type="Map">
            <Option name="color" type="QString" value="{{ rule.fill }}"/>
            <Option name="style" type="QString" value="solid"/>
            <Option name="outline_style" type="QString" value="no"/>
          </Option>
        </layer>
{% else %}
        <layer class="LinePatternFill" enabled="1" pass="0" locked="0">
          <Option type="Map">
            <Option name="angle" type="QString" value="45"/>
            <Option name="color" type="QString" value="110,110,110,255"/>
            <Option name="distance" type="QString" value="2.5"/>
            <Option name="distance_unit" type="QString" value="MM"/>
            <Option name="line_width" type="QString" value="0.3"/>
            <Option name="line_width_unit" type="QString" value="MM"/>
          </Option>
          <symbol type="line" name="@{{ loop.index0 }}@0" alpha="1" force_rhr="0" clip_to_extent="1">
            <layer class="SimpleLine" enabled="1" pass="0" locked="0">
              <Option type="Map">
                <Option name="line_color" type="QString" value="110,110,110,255"/>
                <Option name="line_width" type="QString" value="0.3"/>
                <Option name="line_width_unit" type="QString" value="MM"/>
              </Option>
            </layer>
          </symbol>
        </layer>
{% endif %}
        <layer class="SimpleLine" enabled="1" pass="0" locked="0">
          <Option type="Map">
            <Option name="line_color" type="QString" value="60,60,60,255"/>
            <Option name="line_style" type="QString" value="solid"/>
            <Option name="line_width" type="QString" value="0.26"/>
            <Option name="line_width_unit" type="QString" value="MM"/>
            <Option name="joinstyle" type="QString" value="bevel"/>
          </Option>
        </layer>
      </symbol>
{% endfor %}
    </symbols>
  </renderer-v2>
  <labeling type="simple">
    <settings calloutType="simple">
      <text-style fieldName="{{ label }}" isExpression="1" fontSize="8" fontSizeUnit="Point" fontWeight="50" textColor="20,20,20,255" textOpacity="1" multilineHeight="1" useSubstitutions="0">
        <text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" bufferColor="255,255,255,255" bufferOpacity="0.85" bufferJoinStyle="128" bufferNoFill="1"/>
      </text-style>
      <text-format multilineAlign="1"/>
      <placement placement="1" centroidInside="1" centroidWhole="0" fitInPolygonOnly="0" polygonPlacementFlags="2" quadOffset="4"/>
      <rendering obstacle="0" labelPerPart="0" drawLabels="1" fontMinPixelSize="3" fontMaxPixelSize="10000"/>
    </settings>
  </labeling>
  <blendMode>0</blendMode>
  <featureBlendMode>0</featureBlendMode>
  <layerOpacity>1</layerOpacity>
  <aliases>
{% for field in fields %}
    <alias field="{{ field.name }}" index="{{ loop.index0 }}" name="{{ field.alias }}"/>
{% endfor %}
  </aliases>
  <previewExpression>"name"</previewExpression>
  <mapTip enabled="1">{{ map_tip }}</mapTip>
  <layerGeometryType>2</layerGeometryType>
</qgis>
